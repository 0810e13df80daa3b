package dev.millrace.console.api;

import dev.millrace.client.Admin;
import dev.millrace.model.DiskInfo;
import dev.millrace.model.NodeInfo;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/// Figures for Prometheus: the JVM, the requests, and the nodes as they are counted at each scrape.
final class ApiMetrics implements AutoCloseable {
  private static final Set<String> METHODS = Set.of("GET", "HEAD", "PUT", "POST", "DELETE");

  private record NodeFigure(MultiGauge gauge, ToDoubleFunction<NodeInfo> value) {}

  private record DiskFigure(MultiGauge gauge, ToDoubleFunction<DiskInfo> value) {}

  private final Admin admin;
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics gc = new JvmGcMetrics();
  private final List<NodeFigure> nodeFigures;
  private final List<DiskFigure> diskFigures;

  ApiMetrics(Admin admin) {
    this.admin = admin;
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    gc.bindTo(registry);
    nodeFigures =
        List.of(
            new NodeFigure(gauge("millrace.node.slots"), NodeInfo::slots),
            new NodeFigure(gauge("millrace.node.chunks"), NodeInfo::chunks),
            new NodeFigure(gauge("millrace.node.stored.bytes"), NodeInfo::storedBytes),
            new NodeFigure(gauge("millrace.node.damaged.chunks"), NodeInfo::damagedChunks));
    diskFigures =
        List.of(
            new DiskFigure(gauge("millrace.disk.capacity.bytes"), DiskInfo::capacityBytes),
            new DiskFigure(gauge("millrace.disk.free.bytes"), DiskInfo::freeBytes),
            new DiskFigure(gauge("millrace.disk.head.room.bytes"), DiskInfo::headRoomBytes),
            new DiskFigure(gauge("millrace.disk.writable"), d -> d.writable() ? 1 : 0));
  }

  private MultiGauge gauge(String name) {
    return MultiGauge.builder(name).register(registry);
  }

  /// Counts one request. Methods that no route has count as one: a stranger must not make series.
  void answered(String method, int status, long sentBytes, long nanos) {
    Tags tags =
        Tags.of(
            "method",
            METHODS.contains(method) ? method : "other",
            "status",
            Integer.toString(status));
    registry.timer("millrace.http.requests", tags).record(nanos, TimeUnit.NANOSECONDS);
    registry.counter("millrace.http.sent.bytes").increment((double) sentBytes);
  }

  /// Everything, in Prometheus' text format.
  synchronized String scrape() {
    List<NodeInfo> nodes = admin.nodes();
    for (NodeFigure figure : nodeFigures) {
      List<MultiGauge.Row<?>> rows = new ArrayList<>();
      for (NodeInfo node : nodes) {
        rows.add(
            MultiGauge.Row.of(
                Tags.of("node", node.id().toString()), figure.value.applyAsDouble(node)));
      }
      figure.gauge.register(rows, true);
    }
    for (DiskFigure figure : diskFigures) {
      List<MultiGauge.Row<?>> rows = new ArrayList<>();
      for (NodeInfo node : nodes) {
        for (DiskInfo disk : node.disks()) {
          rows.add(
              MultiGauge.Row.of(
                  Tags.of("node", node.id().toString(), "disk", disk.id().toString()),
                  figure.value.applyAsDouble(disk)));
        }
      }
      figure.gauge.register(rows, true);
    }
    return registry.scrape();
  }

  @Override
  public void close() {
    gc.close();
    registry.close();
  }
}
