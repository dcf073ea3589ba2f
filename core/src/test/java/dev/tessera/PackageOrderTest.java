package dev.tessera;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Holds the packages of core to their order: each imports only what stands before it.
final class PackageOrderTest {
  /// Ground floor first. A name that ends in `..` takes the packages below it along.
  private static final List<String> GROUND_FLOOR_FIRST =
      List.of(
          "dev.tessera.tensor..",
          "dev.tessera.io..",
          "dev.tessera.internal.unicode..",
          "dev.tessera.internal.split..",
          "dev.tessera.kernel..",
          "dev.tessera.internal.screen..",
          "dev.tessera.internal.linear..",
          "dev.tessera.internal.bpe..",
          "dev.tessera.internal.normalizer..",
          "dev.tessera.text..",
          "dev.tessera.vq..",
          "dev.tessera.graph..",
          "dev.tessera.nn..",
          "dev.tessera.sequence..",
          "dev.tessera",
          "dev.tessera.recipe..");

  /// The scalar specification: behind the service provider interface, named by nobody.
  private static final String SPECIFICATION = "dev.tessera.internal.scalar..";

  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_JARS)
          .importPackages("dev.tessera");

  static Stream<String> packages() {
    return GROUND_FLOOR_FIRST.stream();
  }

  @ParameterizedTest
  @MethodSource("packages")
  void aPackageImportsOnlyWhatStandsBeforeIt(String lower) {
    int position = GROUND_FLOOR_FIRST.indexOf(lower);
    String[] upper =
        Stream.concat(GROUND_FLOOR_FIRST.stream().skip(position + 1L), Stream.of(SPECIFICATION))
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(lower)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(upper)
        .allowEmptyShould(true)
        .check(CORE);
  }

  @Test
  void theSpecificationNeedsNoMoreThanTheOperationsItSpecifies() {
    int firstAboveKernel = GROUND_FLOOR_FIRST.indexOf("dev.tessera.kernel..") + 1;
    String[] upper =
        IntStream.range(firstAboveKernel, GROUND_FLOOR_FIRST.size())
            .mapToObj(GROUND_FLOOR_FIRST::get)
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(SPECIFICATION)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(upper)
        .check(CORE);
  }

  @Test
  void everyClassHasItsPlaceInTheOrder() {
    String[] known = Stream.concat(packages(), Stream.of(SPECIFICATION)).toArray(String[]::new);
    classes().should().resideInAnyPackage(known).check(CORE);
  }

  @Test
  void coreKnowsNoVectorModuleAndNoOpenCl() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jdk.incubator..", "org.jocl..")
        .check(CORE);
  }
}
