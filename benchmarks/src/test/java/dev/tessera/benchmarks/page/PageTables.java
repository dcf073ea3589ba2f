package dev.tessera.benchmarks.page;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The tables of a page, found by what a reader sees.
final class PageTables {
  private static final Pattern TABLE =
      Pattern.compile("<table data-table=\"([^\"]*)\">(.*?)</table>", Pattern.DOTALL);
  private static final Pattern ROW = Pattern.compile("<tr>(.*?)</tr>", Pattern.DOTALL);
  private static final Pattern CELL =
      Pattern.compile("<t[hd]( [^>]*)?>(.*?)</t[hd]>", Pattern.DOTALL);
  private static final Pattern VALUE = Pattern.compile("data-value=\"([^\"]*)\"");

  /// @param text what stands in it
  /// @param value what it was made of; NaN where it has none
  record Cell(String text, double value) {}

  private PageTables() {}

  /// By name: the rows under the head.
  static Map<String, List<List<Cell>>> of(String document) {
    Map<String, List<List<Cell>>> tables = new HashMap<>();
    for (Matcher table = TABLE.matcher(document); table.find(); ) {
      List<List<Cell>> rows = new ArrayList<>();
      for (Matcher row = ROW.matcher(table.group(2)); row.find(); ) {
        rows.add(cells(row.group(1)));
      }
      tables.put(table.group(1), rows.subList(1, rows.size()));
    }
    return tables;
  }

  private static List<Cell> cells(String row) {
    List<Cell> cells = new ArrayList<>();
    for (Matcher cell = CELL.matcher(row); cell.find(); ) {
      Matcher value = VALUE.matcher(String.valueOf(cell.group(1)));
      cells.add(
          new Cell(cell.group(2), value.find() ? Double.parseDouble(value.group(1)) : Double.NaN));
    }
    return cells;
  }
}
