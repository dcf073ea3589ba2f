package dev.tessera.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.kernel.SampleMerges.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What every backend's merge kernel must do: join as [SampleMerges#merged] does, which looks for
/// rules one by one, on every kind of rules and pieces, whatever the batch and the threads.
/// Subclasses name the backend, and each test asserts that it is the one that ran.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class MergeContract {
  private static final int[] LENGTHS = {
    1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 63, 64, 65, 66, 127, 128, 129, 255, 256,
    257, 300
  };

  private final String backend;

  /// @param backend the name of the backend under test
  protected MergeContract(String backend) {
    this.backend = backend;
  }

  /// Opens the backend under test, as found; a subclass may open it otherwise.
  protected Backends open(BackendOptions options) {
    return Backends.open(backend, options);
  }

  private void run(int threads, MergeOperand operand, Consumer<MergeKernel> use) {
    try (Backends backends = open(new BackendOptions(threads))) {
      Backend opened = backends.serving().getFirst();
      assertThat(opened.name()).isEqualTo(backend);
      switch (opened.merge(operand)) {
        case Offer.Accepted<MergeKernel>(MergeKernel kernel) -> {
          try (kernel) {
            use.accept(kernel);
          }
        }
        case Offer.Declined<MergeKernel>(String reason) ->
            throw new AssertionError(backend + " declined: " + reason);
      }
    }
  }

  /// Merges pieces in one call, and compares each with the definition.
  private static void check(
      MergeKernel kernel, MergeOperand operand, List<int[]> pieces, String what) {
    int[] ends = new int[pieces.size()];
    int total = 0;
    for (int i = 0; i < ends.length; i++) {
      total += pieces.get(i).length;
      ends[i] = total;
    }
    int[] symbols = new int[total];
    for (int i = 0; i < ends.length; i++) {
      System.arraycopy(pieces.get(i), 0, symbols, i == 0 ? 0 : ends[i - 1], pieces.get(i).length);
    }
    int[] lengths = new int[ends.length];
    int[] endsBefore = ends.clone();
    kernel.merge(symbols, ends, lengths, ends.length);
    assertThat(ends).isEqualTo(endsBefore);
    for (int i = 0; i < ends.length; i++) {
      int from = i == 0 ? 0 : ends[i - 1];
      assertThat(Arrays.copyOfRange(symbols, from, from + lengths[i]))
          .as("%s, piece %d of %d symbols", what, i, pieces.get(i).length)
          .isEqualTo(SampleMerges.merged(operand, pieces.get(i)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyLengthIsMergedByTheDefinition(Kind kind) {
    for (long seed = 1; seed <= 3; seed++) {
      MergeOperand operand = SampleMerges.of(kind, 12, 150, seed);
      Random random = new Random(seed);
      List<int[]> pieces = new ArrayList<>();
      for (int length : LENGTHS) {
        pieces.add(SampleMerges.piece(random, 12, length));
        pieces.add(SampleMerges.piece(random, 2, length));
        pieces.add(SampleMerges.piece(random, 1, length));
      }
      String what = kind + " seed " + seed;
      run(2, operand, kernel -> check(kernel, operand, pieces, what));
    }
  }

  @ParameterizedTest
  @EnumSource
  void symbolsThatRulesLeadToCanStandInAPiece(Kind kind) {
    MergeOperand operand = SampleMerges.of(kind, 20, 300, 5);
    Random random = new Random(5);
    List<int[]> pieces = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      pieces.add(SampleMerges.piece(random, operand.symbols(), 1 + random.nextInt(40)));
    }
    run(1, operand, kernel -> check(kernel, operand, pieces, kind + " seed 5"));
  }

  @ParameterizedTest
  @EnumSource
  void longPiecesAreMergedByTheDefinition(Kind kind) {
    MergeOperand operand = SampleMerges.of(kind, 30, 400, 9);
    Random random = new Random(9);
    List<int[]> pieces =
        List.of(
            SampleMerges.piece(random, 30, 5000),
            SampleMerges.piece(random, 1, 5000),
            SampleMerges.piece(random, 2, 4096),
            SampleMerges.piece(random, 30, 4097));
    run(2, operand, kernel -> check(kernel, operand, pieces, kind + " seed 9"));
  }

  @Test
  void manyPiecesAtOnce() {
    MergeOperand operand = SampleMerges.of(Kind.GROWN, 60, 2000, 3);
    Random random = new Random(3);
    List<int[]> pieces = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      pieces.add(SampleMerges.piece(random, 60, 1 + random.nextInt(12)));
    }
    run(
        3,
        operand,
        kernel -> {
          check(kernel, operand, pieces, "seed 3");
          check(kernel, operand, pieces, "again, seed 3");
        });
  }

  @Test
  void greatSymbolsAndNoRules() {
    int greatest = (1 << 21) - 1;
    MergeOperand operand =
        new MergeOperand(
            new int[] {greatest, 0},
            new int[] {greatest, greatest},
            new int[] {0, greatest},
            new int[] {7, 1 << 30},
            1 << 21);
    List<int[]> pieces =
        List.of(
            new int[] {greatest, greatest, greatest},
            new int[] {greatest, greatest, greatest, greatest},
            new int[] {0, greatest},
            new int[] {1, 2});
    run(1, operand, kernel -> check(kernel, operand, pieces, "great symbols"));
    MergeOperand none = new MergeOperand(new int[0], new int[0], new int[0], new int[0], 3);
    run(
        1,
        none,
        kernel -> check(kernel, none, List.of(new int[] {0, 1, 2}, new int[] {2}), "no rules"));
    run(1, none, kernel -> kernel.merge(new int[0], new int[0], new int[0], 0));
  }

  @Test
  void manyThreadsShareOneKernel() throws InterruptedException {
    MergeOperand operand = SampleMerges.of(Kind.GROWN, 40, 1000, 11);
    List<Throwable> failures = new ArrayList<>();
    run(
        2,
        operand,
        kernel -> {
          List<Thread> callers = new ArrayList<>();
          for (int caller = 0; caller < 6; caller++) {
            Random random = new Random(caller);
            List<int[]> pieces = new ArrayList<>();
            for (int i = 0; i < 2000; i++) {
              pieces.add(SampleMerges.piece(random, 40, 1 + random.nextInt(90)));
            }
            String what = "seed " + caller;
            callers.add(
                Thread.ofPlatform()
                    .start(
                        () -> {
                          try {
                            check(kernel, operand, pieces, what);
                          } catch (Throwable e) {
                            synchronized (failures) {
                              failures.add(e);
                            }
                          }
                        }));
          }
          for (Thread caller : callers) {
            try {
              caller.join();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          }
        });
    assertThat(failures).isEmpty();
  }

  @Test
  void anInterruptEndsTheCall() {
    MergeOperand operand = SampleMerges.of(Kind.GROWN, 40, 1000, 13);
    run(
        2,
        operand,
        kernel -> {
          Thread.currentThread().interrupt();
          try {
            assertThatThrownBy(
                    () -> kernel.merge(new int[] {1, 2, 3}, new int[] {2, 3}, new int[2], 2))
                .isInstanceOf(CancellationException.class);
          } finally {
            assertThat(Thread.interrupted()).isTrue();
          }
          check(kernel, operand, List.of(new int[] {1, 2, 3}), "after the interrupt, seed 13");
        });
  }

  @Test
  void aClosedBackendSaysSo() {
    MergeOperand operand = SampleMerges.of(Kind.GROWN, 40, 100, 17);
    Backends backends = open(new BackendOptions(2));
    Offer<MergeKernel> offer = backends.serving().getFirst().merge(operand);
    backends.close();
    assertThat(offer).isInstanceOf(Offer.Accepted.class);
    if (offer instanceof Offer.Accepted<MergeKernel>(MergeKernel kernel)) {
      assertThatThrownBy(() -> kernel.merge(new int[] {1, 2}, new int[] {2}, new int[1], 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
      kernel.close();
    }
  }
}
