package dev.millrace.cli;

import dev.millrace.base.ByteUnits;
import dev.millrace.cli.show.JsonOut;
import dev.millrace.cli.show.Shapes;
import dev.millrace.cli.show.Table;
import dev.millrace.model.DiskInfo;
import dev.millrace.model.NodeInfo;
import java.util.List;

/// Lists nodes.
final class NodesCommand implements Command {
  @Override
  public void define(Syntax syntax) {}

  @Override
  public void run(Arguments arguments, Session session) {
    List<NodeInfo> nodes = session.millrace().admin().nodes();
    if (session.json()) {
      try (JsonOut out = JsonOut.array(session.out())) {
        nodes.forEach(node -> out.element(Shapes.node(node)));
      }
      return;
    }
    Table table =
        new Table("NODE", "STATE", "HOST", "ADDRESS", ">STORED", ">FREE", ">DAMAGED", "ROLES");
    for (NodeInfo node : nodes) {
      long free = node.disks().stream().mapToLong(DiskInfo::freeBytes).sum();
      table.row(
          node.id(),
          node.state(),
          node.host(),
          node.address(),
          ByteUnits.format(node.storedBytes()),
          ByteUnits.format(free),
          node.damagedChunks(),
          String.join(",", node.roles()));
    }
    table.print(session.out());
  }
}
