package dev.gossamer.simulations.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.JavaFormatterOptions.Style;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import com.google.googlejavaformat.java.StringWrapper;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One formatter for all modules; with {@code -Dgossamer.format=write} it formats in place. */
class FormatTest {
    private static final boolean WRITE = "write".equals(System.getProperty("gossamer.format"));
    private static final String REMEDY =
            "not formatted; this formats in place: mvn -B -ntp -q test -Dgossamer.format=write"
                    + " -Dtest=FormatTest -Dsurefire.failIfNoSpecifiedTests=false";

    /** What the formatter's own command does for {@code --aosp}, in its order. */
    private static String formatted(String source) throws FormatterException {
        Formatter formatter =
                new Formatter(JavaFormatterOptions.builder().style(Style.AOSP).build());
        String imports =
                RemoveUnusedImports.removeUnusedImports(
                        ImportOrderer.reorderImports(source, Style.AOSP));
        return StringWrapper.wrap(formatter.formatSource(imports), formatter);
    }

    private static List<Path> unformatted() throws IOException, FormatterException {
        List<Path> found = new ArrayList<>();
        for (Path file : SourceTree.javaFiles()) {
            String source = Files.readString(file);
            String formatted = formatted(source);
            if (!formatted.equals(source)) {
                found.add(SourceTree.ROOT.relativize(file));
                if (WRITE) {
                    Files.writeString(file, formatted);
                }
            }
        }
        return found;
    }

    @Test
    void sources_ofAllModules_areFormatted() throws Exception {
        List<Path> found = unformatted();

        assertEquals(List.of(), WRITE ? List.of() : found, REMEDY);
    }

    /** The rule can fail: on columns, on imports and on strings. */
    @Test
    void brokenSource_isFormattedOtherwise() throws Exception {
        String string = "\"" + "word ".repeat(30) + "\"";

        for (String broken :
                List.of(
                        "class A {\n  int a;\n}\n",
                        "import java.util.List;\n\nclass A {}\n",
                        "class A {\n    String a = " + string + ";\n}\n")) {
            assertNotEquals(broken, formatted(broken));
        }
    }
}
