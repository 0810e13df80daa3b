package dev.millrace.cli;

import dev.millrace.base.ByteUnits;
import dev.millrace.cli.show.JsonOut;
import dev.millrace.cli.show.Shapes;
import dev.millrace.cli.show.Table;
import dev.millrace.model.DiskInfo;
import java.util.List;

/// Lists disks, and takes further ones into service.
final class DisksCommand implements Command {
  @Override
  public void define(Syntax syntax) {
    syntax.words(
        "[add PATH…]", 0, Syntax.ANY, "Folders to take into service, each on a disk of its own");
  }

  @Override
  public void run(Arguments arguments, Session session) {
    List<String> words = arguments.words();
    if (words.isEmpty()) {
      show(
          session.millrace().admin().nodes().stream()
              .flatMap(node -> node.disks().stream())
              .toList(),
          session);
      return;
    }
    SubWords.oneOf(words.getFirst(), "add");
    if (words.size() == 1) {
      throw new UsageException("which folder is missing: write 'millrace disks add PATH'");
    }
    show(
        words.stream()
            .skip(1)
            .map(word -> session.path(word).normalize().toString())
            .map(path -> session.millrace().admin().addDisk(path))
            .toList(),
        session);
  }

  private static void show(List<DiskInfo> disks, Session session) {
    if (session.json()) {
      try (JsonOut out = JsonOut.array(session.out())) {
        disks.forEach(disk -> out.element(Shapes.disk(disk)));
      }
      return;
    }
    Table table = new Table("DISK", ">CAPACITY", ">FREE", "STATE", "PATH");
    for (DiskInfo disk : disks) {
      table.row(
          disk.id(),
          ByteUnits.format(disk.capacityBytes()),
          ByteUnits.format(disk.freeBytes()),
          disk.writable() ? "writable" : "read-only",
          disk.path());
    }
    table.print(session.out());
  }
}
