package dev.tessera.benchmarks.page;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A table of HTML. What a cell was made of stands in its `data-value`, for programs.
final class Table {
  private final String name;
  private final List<String> headers;
  private final List<List<Cell>> rows = new ArrayList<>();

  /// @param text for people
  /// @param value for programs; null where there is nothing but the text
  /// @param quiet whether it matters less
  record Cell(String text, @Nullable Double value, boolean quiet) {
    static Cell of(String text) {
      return new Cell(text, null, false);
    }

    static Cell of(String text, double value) {
      return new Cell(text, value, false);
    }

    static Cell none() {
      return new Cell("–", null, true);
    }

    Cell quietIf(boolean so) {
      return new Cell(text, value, so);
    }
  }

  /// @param name by which programs find it
  /// @param headers of the columns
  Table(String name, String... headers) {
    this.name = name;
    this.headers = List.of(headers);
  }

  Table row(Cell... cells) {
    if (cells.length != headers.size()) {
      throw new IllegalArgumentException(
          "a row of %d columns got %d cells".formatted(headers.size(), cells.length));
    }
    rows.add(List.of(cells));
    return this;
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  String html() {
    StringBuilder html = new StringBuilder("<div class=\"scroll\"><table data-table=\"");
    html.append(escaped(name)).append("\"><thead><tr>");
    headers.forEach(
        header -> html.append("<th scope=\"col\">").append(escaped(header)).append("</th>"));
    html.append("</tr></thead><tbody>");
    for (List<Cell> row : rows) {
      html.append("<tr>");
      for (int column = 0; column < row.size(); column++) {
        append(html, row.get(column), column == 0);
      }
      html.append("</tr>\n");
    }
    return html.append("</tbody></table></div>\n").toString();
  }

  private static void append(StringBuilder html, Cell cell, boolean head) {
    html.append(head ? "<th scope=\"row\"" : "<td");
    if (cell.quiet()) {
      html.append(" class=\"quiet\"");
    } else if (cell.value() != null) {
      html.append(" class=\"number\"");
    }
    if (cell.value() != null) {
      html.append(" data-value=\"").append(cell.value()).append('"');
    }
    html.append('>').append(escaped(cell.text())).append(head ? "</th>" : "</td>");
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
