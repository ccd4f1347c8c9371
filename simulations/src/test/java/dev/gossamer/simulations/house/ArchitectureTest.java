package dev.gossamer.simulations.house;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;

import dev.gossamer.privacy.mechanism.SimulationCoins;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.simulations.engine.SimulationSecrets;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** The arrows between the modules, and what may touch the real world. */
class ArchitectureTest {
    private static final String ROOT = "dev.gossamer.";
    private static final JavaClasses PRODUCT =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.gossamer");

    private static ArchRule forbidden(String from, String... to) {
        String[] packages = new String[to.length];
        for (int i = 0; i < to.length; i++) {
            packages[i] = ROOT + to[i] + "..";
        }
        return noClasses()
                .that()
                .resideInAPackage(ROOT + from + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages)
                .allowEmptyShould(true);
    }

    private static ArchRule realWorldOnlyAtTheEdge() {
        return noClasses()
                .that()
                .haveSimpleNameNotEndingWith("Main")
                .and()
                .haveSimpleNameNotEndingWith("Host")
                .and()
                .haveSimpleNameNotEndingWith("Bench")
                .and(not(assignableTo(SimulationSecrets.class)))
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethod(UUID.class, "randomUUID")
                .orShould()
                .callConstructor(SecureRandom.class)
                .orShould()
                .callMethod(SecureRandom.class, "getInstanceStrong")
                .orShould()
                .dependOnClassesThat(
                        assignableTo(Random.class).and(not(assignableTo(SecureRandom.class))));
    }

    /** Noise that can be drawn again is for simulations. */
    private static ArchRule foreseeableNoiseOnlyInSimulations() {
        return noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + "simulations..")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(SimulationCoins.class);
    }

    private static ArchRule vertxOnlyInHosts() {
        return noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + "protocols.host..", ROOT + "coordinator.api..")
                .and()
                .haveSimpleNameNotEndingWith("Main")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.vertx..");
    }

    private static ArchRule nativesOnlyInTensor() {
        return noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "client.tensor..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.nd4j..", "org.bytedeco..", "jdk.incubator..");
    }

    @TestFactory
    List<DynamicTest> product_keepsEveryRule() {
        List<ArchRule> rules =
                List.of(
                        forbidden(
                                "protocols",
                                "privacy",
                                "client",
                                "coordinator",
                                "p2p",
                                "simulations"),
                        forbidden(
                                "privacy",
                                "protocols",
                                "client",
                                "coordinator",
                                "p2p",
                                "simulations"),
                        forbidden("client", "coordinator", "p2p", "simulations"),
                        forbidden("coordinator", "client", "p2p", "simulations"),
                        forbidden("p2p", "coordinator", "simulations"),
                        vertxOnlyInHosts(),
                        nativesOnlyInTensor(),
                        foreseeableNoiseOnlyInSimulations(),
                        realWorldOnlyAtTheEdge());
        List<DynamicTest> tests = new ArrayList<>();
        for (ArchRule rule : rules) {
            tests.add(DynamicTest.dynamicTest(rule.getDescription(), () -> rule.check(PRODUCT)));
        }
        return tests;
    }

    @Test
    void import_seesEveryModuleWithCode() {
        for (String module : List.of("protocols", "client", "simulations")) {
            assertTrue(
                    PRODUCT.stream().anyMatch(c -> c.getPackageName().startsWith(ROOT + module)),
                    module);
        }
    }

    /** The rules can fail: each is broken by a class made for it. */
    @Test
    void rules_brokenOnPurpose_areCaught() {
        JavaClasses broken = new ClassFileImporter().importClasses(Reaching.class);
        ArchRule backwards =
                noClasses()
                        .that()
                        .resideInAPackage(ROOT + "simulations..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage(ROOT + "protocols..");

        assertThrows(AssertionError.class, () -> backwards.check(broken));
        assertThrows(AssertionError.class, () -> realWorldOnlyAtTheEdge().check(broken));
    }

    /** Depends on another module and reads the clock. */
    private static final class Reaching {
        private final NodeId id = NodeId.COORDINATOR;

        @Override
        public String toString() {
            return id + " at " + System.nanoTime();
        }
    }

    @Test
    void reaching_isOnlyAFixture() {
        assertEquals("coordinator at", new Reaching().toString().replaceAll(" -?\\d+$", ""));
    }
}
