import java.io.File;
import java.util.List;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/**
 * Checks PDF files against veraPDF's rules of PDF/UA-1 and PDF/A-3a. Writes a line for each file
 * and standard: file, standard, number of rules, number of checks; then a line, which begins with
 * a tab, for each rule that is broken: clause, number of the test, what the rule asks for.
 */
public class VeraPdf {
  public static void main(String[] files) throws Exception {
    VeraGreenfieldFoundryProvider.initialise();
    for (String file : files) {
      for (PDFAFlavour standard : List.of(PDFAFlavour.PDFUA_1, PDFAFlavour.PDFA_3_A)) {
        check(file, standard);
      }
    }
  }

  private static void check(String file, PDFAFlavour standard) throws Exception {
    try (PDFAParser parser = Foundries.defaultInstance().createParser(new File(file), standard);
        PDFAValidator validator = Foundries.defaultInstance().createValidator(standard, false)) {
      ValidationResult result = validator.validate(parser);
      int rules = validator.getProfile().getRules().size();
      System.out.printf(
          "%s\t%s\t%d\t%d%n", file, standard.getId(), rules, result.getTotalAssertions());
      result.getTestAssertions().stream()
          .map(VeraPdf::described)
          .distinct()
          .forEach(rule -> System.out.println("\t" + rule));
    }
  }

  private static String described(TestAssertion broken) {
    return broken.getRuleId().getClause()
        + "-" + broken.getRuleId().getTestNumber()
        + ": " + broken.getMessage().replaceAll("\\s+", " ");
  }
}
