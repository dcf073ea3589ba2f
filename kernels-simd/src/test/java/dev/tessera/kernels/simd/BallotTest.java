package dev.tessera.kernels.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BallotTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8, 200, Integer.MAX_VALUE})
  void bothWaysFindTheMostFrequentLabelOfEqualOnesTheLowest(int labels) {
    Random random = new Random(labels);
    Ballot ballot = new Ballot();
    for (int i = 0; i < 20_000; i++) {
      int count = 1 + random.nextInt(Ballot.VOTERS);
      int[] heard = IntStream.range(0, Ballot.VOTERS).map(v -> random.nextInt(labels)).toArray();
      long expected = expected(Arrays.copyOf(heard, count));
      assertThat(ballot.favouriteByTable(heard, count))
          .as("table, %d of %s", count, Arrays.toString(heard))
          .isEqualTo(expected);
      assertThat(Ballot.favourite(heard.clone(), count))
          .as("vectors, %d of %s", count, Arrays.toString(heard))
          .isEqualTo(expected);
    }
  }

  private static long expected(int[] labels) {
    Map<Integer, Long> votes =
        Arrays.stream(labels)
            .boxed()
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    Comparator<Map.Entry<Integer, Long>> byVotes = Map.Entry.comparingByValue();
    Map.Entry<Integer, Long> first =
        votes.entrySet().stream()
            .max(byVotes.thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
            .orElseThrow();
    return first.getValue() << Integer.SIZE | first.getKey();
  }
}
