package dev.tessera.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.File;
import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.lang.module.ResolvedModule;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Tests run on the class path, the launcher runs on the module path: what both must agree on.
final class ModulesTest {
  private static final String PROVIDER = "dev.tessera.kernel.KernelProvider";
  private static final String SERVICES = "META-INF/services/" + PROVIDER;

  /// The class path of this test as a module path, without the tests themselves.
  private static ModuleFinder modulesOnClassPath() {
    return ModuleFinder.of(
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(Path::of)
            .filter(Files::exists)
            .filter(path -> !path.endsWith("test-classes"))
            .toArray(Path[]::new));
  }

  private static List<ModuleReference> ourModules() {
    return modulesOnClassPath().findAll().stream()
        .filter(module -> module.descriptor().name().startsWith("dev.tessera."))
        .toList();
  }

  @Test
  void theModuleGraphResolvesAndBindsEveryModuleWithAProvider() {
    Configuration resolved =
        Configuration.empty()
            .resolveAndBind(
                ModuleFinder.compose(ModuleFinder.ofSystem(), modulesOnClassPath()),
                ModuleFinder.of(),
                Set.of("dev.tessera.cli"));

    List<String> providers =
        ourModules().stream()
            .map(ModuleReference::descriptor)
            .filter(module -> !providersIn(module).isEmpty())
            .map(ModuleDescriptor::name)
            .toList();
    assertThat(providers).contains("dev.tessera.core");
    assertThat(resolved.modules())
        .extracting(ResolvedModule::name)
        .contains("dev.tessera.cli")
        .containsAll(providers);
  }

  @Test
  void descriptorsAndServiceFilesNameTheSameProviders() throws IOException {
    for (ModuleReference module : ourModules()) {
      assertThat(providersInServiceFile(module))
          .as("%s of %s", SERVICES, module.descriptor().name())
          .isEqualTo(providersIn(module.descriptor()));
    }
  }

  private static Set<String> providersIn(ModuleDescriptor module) {
    return module.provides().stream()
        .filter(provides -> provides.service().equals(PROVIDER))
        .map(ModuleDescriptor.Provides::providers)
        .flatMap(List::stream)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> providersInServiceFile(ModuleReference module) throws IOException {
    try (ModuleReader reader = module.open()) {
      return reader.read(SERVICES).stream()
          .flatMap(bytes -> StandardCharsets.UTF_8.decode(bytes).toString().lines())
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Test
  void whatIsInternalToCoreIsUsedByCoreAlone() {
    JavaClasses everything =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.tessera");
    noClasses()
        .that()
        .resideInAnyPackage("dev.tessera.kernels..", "dev.tessera.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.tessera.internal..")
        .check(everything);
  }
}
