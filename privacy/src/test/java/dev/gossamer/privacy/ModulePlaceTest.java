package dev.gossamer.privacy;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The class path of this module, which is what its dependencies let it see. */
class ModulePlaceTest {
    private static boolean sees(String module) {
        String name = "dev/gossamer/" + module + "/package-info.class";
        return ModulePlaceTest.class.getClassLoader().getResource(name) != null;
    }

    @ParameterizedTest
    @ValueSource(strings = {"protocols", "client", "coordinator", "p2p", "simulations"})
    void classPath_hasNothingOf(String module) {
        assertFalse(sees(module));
    }

    @Test
    void classPath_hasWhatTheModuleStandsOn() {
        for (String module : new String[] {"privacy"}) {
            assertTrue(sees(module), module);
        }
    }
}
