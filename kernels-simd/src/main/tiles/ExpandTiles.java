import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Expands tile templates into Java sources: `java ExpandTiles.java TEMPLATES OUTPUT`.
///
/// A file `X.java.template` in the folder `TEMPLATES` begins with one line per class to make,
///
/// ```
/// //%instance ScreenTile6x4 P=6 V=4
/// ```
///
/// and goes on as Java. In it
/// * `${E}` is replaced by the value of the integer expression `E`: variables, decimal numbers,
///   `+`, `-`, `*` and parentheses; `${CLASS}` is the class's name;
/// * the lines between `//%for NAME in E..E` and `//%end` are repeated with `NAME` running over the
///   range, its end excluded; loops nest;
/// * the lines between `//%block NAME` and `//%end` are left out there, and stand wherever a line
///   `//%paste NAME` below asks for them: a method would do the same, but where C2 declines to
///   inline one, the vectors that it takes or returns become objects;
/// * any other line stays as it is. Lines that begin with `//%%` are notes on the template and
///   vanish.
///
/// The class lands in the folder of the package that the template names. Files that would not
/// change are left alone, so that the compiler finds nothing new; files that no template makes are
/// deleted.
public final class ExpandTiles {
  private static final Pattern INSTANCE =
      Pattern.compile("//%instance\\s+(?<name>\\w+)(?<variables>(\\s+\\w+=\\d+)*)\\s*");
  private static final Pattern FOR =
      Pattern.compile("//%for\\s+(?<name>\\w+)\\s+in\\s+(?<from>.+?)\\.\\.(?<to>.+)");
  private static final Pattern BLOCK = Pattern.compile("//%block\\s+(?<name>\\w+)");
  private static final Pattern PASTE = Pattern.compile("//%paste\\s+(?<name>\\w+)");
  private static final Pattern SUBSTITUTION = Pattern.compile("\\$\\{(?<expression>[^}]*)}");
  private static final Pattern PACKAGE = Pattern.compile("package\\s+(?<name>[\\w.]+);");

  private final Path template;
  private final List<String> lines;
  private final List<String> output = new ArrayList<>();
  private final Map<String, Integer> variables = new LinkedHashMap<>();
  private final Map<String, Integer> blocks = new LinkedHashMap<>(); // the line where each begins
  private String className = "";

  private ExpandTiles(Path template) throws IOException {
    this.template = template;
    this.lines = Files.readAllLines(template);
  }

  /// Expands every template of a folder.
  ///
  /// @param arguments the folder of the templates and the folder of the generated sources
  public static void main(String[] arguments) throws IOException {
    Path templates = Path.of(arguments[0]);
    Path sources = Path.of(arguments[1]);
    Map<Path, String> generated = new LinkedHashMap<>();
    for (Path template : filesUnder(templates, ".java.template")) {
      try {
        new ExpandTiles(template).expandInto(generated);
      } catch (BadTemplateException e) {
        System.err.println(e.getMessage());
        System.exit(1);
      }
    }
    for (Map.Entry<Path, String> file : generated.entrySet()) {
      writeIfChanged(sources.resolve(file.getKey()), file.getValue());
    }
    for (Path file : filesUnder(sources, ".java")) {
      if (!generated.containsKey(sources.relativize(file))) {
        Files.delete(file);
      }
    }
  }

  private static Set<Path> filesUnder(Path folder, String ending) throws IOException {
    if (!Files.isDirectory(folder)) {
      return Set.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      Set<Path> found = new TreeSet<>();
      files.filter(file -> file.toString().endsWith(ending)).forEach(found::add);
      return found;
    }
  }

  private static void writeIfChanged(Path file, String text) throws IOException {
    if (!Files.exists(file) || !Files.readString(file).equals(text)) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    }
  }

  private void expandInto(Map<Path, String> generated) {
    int instances = 0;
    for (int line = 0; line < lines.size(); line++) {
      Matcher instance = INSTANCE.matcher(lines.get(line));
      if (instance.matches()) {
        instances++;
        Path file = expandInstance(line, instance);
        if (generated.put(file, String.join("\n", output) + "\n") != null) {
          throw bad(line, "the class " + className + " is made twice");
        }
      }
    }
    if (instances == 0) {
      throw bad(0, "no line of the form //%instance CLASS NAME=NUMBER ...");
    }
  }

  private Path expandInstance(int line, Matcher instance) {
    className = instance.group("name");
    variables.clear();
    blocks.clear();
    for (String assignment : instance.group("variables").trim().split("\\s+")) {
      if (!assignment.isEmpty()) {
        int equals = assignment.indexOf('=');
        define(
            line,
            assignment.substring(0, equals),
            Integer.parseInt(assignment.substring(equals + 1)));
      }
    }
    output.clear();
    output.add(
        "// Generated from %s by ExpandTiles: edit the template, not this file."
            .formatted(template.getFileName()));
    expandLines(0, lines.size());
    return packageFolder().resolve(className + ".java");
  }

  private Path packageFolder() {
    for (String line : lines) {
      Matcher declaration = PACKAGE.matcher(line);
      if (declaration.matches()) {
        return Path.of(declaration.group("name").replace('.', '/'));
      }
    }
    throw bad(0, "no package declaration");
  }

  /// Expands the lines `[from, to)` with the variables as they are now.
  private void expandLines(int from, int to) {
    int line = from;
    while (line < to) {
      String text = lines.get(line);
      String directive = text.strip();
      if (directive.startsWith("//%for")) {
        line = expandLoop(line, directive);
      } else if (directive.startsWith("//%block")) {
        line = defineBlock(line, directive);
      } else if (directive.startsWith("//%paste")) {
        paste(line, directive);
        line++;
      } else if (directive.startsWith("//%end")) {
        throw bad(line, "//%end without //%for or //%block");
      } else if (directive.startsWith("//%%") || INSTANCE.matcher(text).matches()) {
        line++;
      } else if (directive.startsWith("//%")) {
        throw bad(line, "unknown directive: " + directive);
      } else {
        output.add(substitute(line, text));
        line++;
      }
    }
  }

  /// Expands the loop that begins at a line and returns the line behind its end.
  private int expandLoop(int line, String directive) {
    Matcher loop = FOR.matcher(directive);
    if (!loop.matches()) {
      throw bad(line, "expected //%for NAME in FROM..TO, found " + directive);
    }
    int end = endOf(line);
    int from = new Expression(line, loop.group("from")).value();
    int to = new Expression(line, loop.group("to")).value();
    String name = loop.group("name");
    for (int i = from; i < to; i++) {
      define(line, name, i);
      expandLines(line + 1, end);
      variables.remove(name);
    }
    return end + 1;
  }

  /// Takes note of the block that begins at a line and returns the line behind its end.
  private int defineBlock(int line, String directive) {
    Matcher block = BLOCK.matcher(directive);
    if (!block.matches()) {
      throw bad(line, "expected //%block NAME, found " + directive);
    }
    if (blocks.put(block.group("name"), line) != null) {
      throw bad(line, "the block " + block.group("name") + " is defined twice");
    }
    return endOf(line) + 1;
  }

  private void paste(int line, String directive) {
    Matcher paste = PASTE.matcher(directive);
    Integer block = paste.matches() ? blocks.get(paste.group("name")) : null;
    if (block == null) {
      throw bad(line, "expected //%paste and one of " + blocks.keySet() + ", found " + directive);
    }
    expandLines(block + 1, endOf(block));
  }

  private int endOf(int start) {
    int open = 0;
    for (int line = start; line < lines.size(); line++) {
      String directive = lines.get(line).strip();
      if (directive.startsWith("//%for") || directive.startsWith("//%block")) {
        open++;
      } else if (directive.equals("//%end") && --open == 0) {
        return line;
      }
    }
    throw bad(start, lines.get(start).strip() + " without //%end");
  }

  private String substitute(int line, String text) {
    return SUBSTITUTION
        .matcher(text)
        .replaceAll(
            found -> {
              String expression = found.group(1);
              return expression.equals("CLASS")
                  ? className
                  : Integer.toString(new Expression(line, expression).value());
            });
  }

  private void define(int line, String name, int value) {
    if (variables.put(name, value) != null) {
      throw bad(line, "the variable " + name + " is defined twice");
    }
  }

  private BadTemplateException bad(int line, String problem) {
    return new BadTemplateException("%s:%d: %s".formatted(template, line + 1, problem));
  }

  /// An integer expression: sums of products of variables, numbers and expressions in parentheses.
  private final class Expression {
    private final int line;
    private final String text;
    private int position;

    Expression(int line, String text) {
      this.line = line;
      this.text = text.replaceAll("\\s", "");
    }

    int value() {
      int value = sum();
      if (position < text.length()) {
        throw bad(line, "cannot read '" + text.substring(position) + "' in '" + text + "'");
      }
      return value;
    }

    private int sum() {
      int value = product();
      while (true) {
        if (skip('+')) {
          value += product();
        } else if (skip('-')) {
          value -= product();
        } else {
          return value;
        }
      }
    }

    private int product() {
      int value = factor();
      while (skip('*')) {
        value *= factor();
      }
      return value;
    }

    private int factor() {
      if (skip('(')) {
        int value = sum();
        if (!skip(')')) {
          throw bad(line, "')' expected in '" + text + "'");
        }
        return value;
      }
      if (skip('-')) {
        return -factor();
      }
      int start = position;
      while (position < text.length() && Character.isJavaIdentifierPart(text.charAt(position))) {
        position++;
      }
      String word = text.substring(start, position);
      if (word.isEmpty()) {
        throw bad(line, "a number or a variable expected in '" + text + "'");
      }
      if (Character.isDigit(word.charAt(0))) {
        return Integer.parseInt(word);
      }
      Integer value = variables.get(word);
      if (value == null) {
        throw bad(line, "unknown variable " + word + "; known: " + variables.keySet());
      }
      return value;
    }

    private boolean skip(char wanted) {
      if (position < text.length() && text.charAt(position) == wanted) {
        position++;
        return true;
      }
      return false;
    }
  }

  /// A template that cannot be expanded, with its file, line and problem.
  private static final class BadTemplateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadTemplateException(String message) {
      super(message);
    }
  }
}
