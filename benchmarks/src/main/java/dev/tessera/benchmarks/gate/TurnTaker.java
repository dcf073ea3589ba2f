package dev.tessera.benchmarks.gate;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/// Takes turns at a benchmark of JMH in a JVM that stays: sets it up once, and measures whenever it
/// is told to.
///
/// Arguments: the class, the method, and parameters `name=value`; a parameter that is not given has
/// its first value. It says [#READY] on standard output; each line that it reads, the seconds of a
/// turn, is answered by the median of the seconds that a call took. At the end of its input it
/// closes the benchmark. Old code is measured by this class, too, from a class path of its own: it
/// needs nothing but JMH's annotations, and is a single class file.
public final class TurnTaker {
  /// What it says once the benchmark is set up.
  public static final String READY = "ready";

  private static final double NANOS = 1e9;
  private static final int LEAST_CALLS = 3;

  /// What calls return is stored here, so that no compiler can leave them out.
  @SuppressWarnings("UnusedVariable")
  private static volatile @Nullable Object sink;

  private TurnTaker() {}

  /// Runs until the input ends; exit status 1 if the benchmark fails.
  public static void main(String[] arguments) {
    PrintStream answers = System.out;
    System.setOut(System.err); // what a benchmark prints is no answer
    try {
      serve(
          Class.forName(arguments[0]),
          arguments[1],
          Arrays.copyOfRange(arguments, 2, arguments.length),
          answers);
    } catch (ReflectiveOperationException | IOException e) {
      e.printStackTrace();
      System.exit(1);
    }
  }

  private static void serve(Class<?> type, String name, String[] given, PrintStream answers)
      throws ReflectiveOperationException, IOException {
    Object benchmark = type.getConstructor().newInstance();
    setParameters(benchmark, given);
    Method method = method(type, name);
    @Nullable Object[] counters = new Object[method.getParameterCount()];
    for (int i = 0; i < counters.length; i++) {
      counters[i] = method.getParameterTypes()[i].getConstructor().newInstance();
    }
    callAll(benchmark, Setup.class);
    answers.println(READY);
    BufferedReader turns =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = turns.readLine(); line != null; line = turns.readLine()) {
      answers.println(turn(Double.parseDouble(line), benchmark, method, counters));
    }
    callAll(benchmark, TearDown.class);
  }

  private static double turn(
      double seconds, Object benchmark, Method method, @Nullable Object[] counters)
      throws ReflectiveOperationException {
    double[] calls = new double[LEAST_CALLS];
    int count = 0;
    long begin = System.nanoTime();
    long start = begin;
    while (count < LEAST_CALLS || start - begin < seconds * NANOS) {
      sink = method.invoke(benchmark, counters);
      long end = System.nanoTime();
      if (count == calls.length) {
        calls = Arrays.copyOf(calls, 2 * count);
      }
      calls[count++] = (end - start) / NANOS;
      start = end;
    }
    Arrays.sort(calls, 0, count);
    return calls[count / 2];
  }

  private static void setParameters(Object benchmark, String[] given)
      throws ReflectiveOperationException {
    Map<String, String> values = new HashMap<>();
    for (String parameter : given) {
      int equals = parameter.indexOf('=');
      values.put(parameter.substring(0, equals), parameter.substring(equals + 1));
    }
    for (Field field : benchmark.getClass().getFields()) {
      Param parameter = field.getAnnotation(Param.class);
      if (parameter != null) {
        String value = values.remove(field.getName());
        field.set(benchmark, parsed(field.getType(), value == null ? parameter.value()[0] : value));
      }
    }
    if (!values.isEmpty()) {
      throw new NoSuchFieldException(
          "%s has no parameters %s".formatted(benchmark.getClass().getName(), values.keySet()));
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Object parsed(Class<?> type, String value) throws NoSuchFieldException {
    if (type.isEnum()) {
      return Enum.valueOf((Class<? extends Enum>) type, value);
    }
    if (type == int.class) {
      return Integer.valueOf(value);
    }
    if (type == String.class) {
      return value;
    }
    throw new NoSuchFieldException(
        "expected a parameter of type int, String or enum, found " + type);
  }

  private static Method method(Class<?> type, String name) throws NoSuchMethodException {
    return Stream.of(type.getMethods())
        .filter(method -> method.getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new NoSuchMethodException(type.getName() + " has no method " + name));
  }

  private static void callAll(Object benchmark, Class<? extends Annotation> marked)
      throws ReflectiveOperationException {
    for (Method method : benchmark.getClass().getMethods()) {
      if (method.isAnnotationPresent(marked)) {
        method.invoke(benchmark);
      }
    }
  }
}
