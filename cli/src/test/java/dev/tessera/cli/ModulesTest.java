package dev.tessera.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Tests run on the class path, the launcher runs on the module path: what both must agree on.
final class ModulesTest {
  private static final String PROVIDER = "dev.tessera.kernel.KernelProvider";
  private static final String SERVICES = "META-INF/services/" + PROVIDER;

  /// What the launcher puts on the module path: the command and what it needs, without optional
  /// modules, which are on the class path there, too.
  private static ModuleFinder launchersModules() {
    String others = System.getProperty("tessera.modulePath");
    assertThat(others).as("the build passes -Dtessera.modulePath").isNotBlank();
    return ModuleFinder.of(
        Stream.concat(
                Stream.of(Path.of("target", "classes").toString()),
                Arrays.stream(others.split(File.pathSeparator)))
            .map(Path::of)
            .filter(Files::exists)
            .toArray(Path[]::new));
  }

  private static List<ModuleReference> ourModules() {
    return launchersModules().findAll().stream()
        .filter(module -> module.descriptor().name().startsWith("dev.tessera."))
        .toList();
  }

  @Test
  void theModuleGraphResolvesAndBindsEveryModuleWithAProvider() {
    Configuration resolved =
        Configuration.empty()
            .resolveAndBind(
                ModuleFinder.compose(ModuleFinder.ofSystem(), launchersModules()),
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

  /// The class path forgives an import that no descriptor requires; the module path does not.
  @Test
  void descriptorsRequireEveryModuleThatTheClassesUse() {
    ModuleFinder modules = ModuleFinder.compose(ModuleFinder.ofSystem(), launchersModules());
    Map<String, ModuleDescriptor> moduleOfPackage = new HashMap<>();
    for (ModuleReference module : modules.findAll()) {
      module
          .descriptor()
          .packages()
          .forEach(name -> moduleOfPackage.put(name, module.descriptor()));
    }
    Set<String> names = new TreeSet<>();
    ourModules().forEach(module -> names.add(module.descriptor().name()));
    Configuration resolved = Configuration.empty().resolve(modules, ModuleFinder.of(), names);

    Set<String> missing = new TreeSet<>();
    for (JavaClass ours : everyClass()) {
      ModuleDescriptor module = moduleOfPackage.get(ours.getPackageName());
      if (module == null) {
        continue; // of an optional module
      }
      String user = module.name();
      for (Dependency dependency : ours.getDirectDependenciesFromSelf()) {
        String usedPackage = dependency.getTargetClass().getBaseComponentType().getPackageName();
        ModuleDescriptor used = moduleOfPackage.get(usedPackage);
        if (used != null && !used.name().equals(user) && !reads(resolved, user, used.name())) {
          missing.add(user + " requires " + used.name() + ", for " + dependency.getDescription());
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  /// Whether a module reads another, or would if that one, needed for compiling alone, were there.
  private static boolean reads(Configuration resolved, String user, String used) {
    ResolvedModule module = resolved.findModule(user).orElseThrow();
    return module.reads().stream().anyMatch(read -> read.name().equals(used))
        || module.reference().descriptor().requires().stream()
            .anyMatch(required -> required.name().equals(used));
  }

  private static JavaClasses everyClass() {
    return new ClassFileImporter()
        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
        .importPackages("dev.tessera");
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
  void whatIsInternalToCoreIsUsedByCoreAloneButForTheProofThatKernelsShare() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.tessera.kernels..", "dev.tessera.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.tessera.internal.scalar..")
        .check(everyClass());
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.tessera.internal..", "dev.tessera.kernels..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.tessera.internal.screen..")
        .check(everyClass());
  }
}
