package dev.millrace.node.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.util.FileSize;
import dev.millrace.base.ByteUnits;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/// Sets Logback up in code: no XML is parsed at start. Until a home is open nothing is written;
/// then lines go to its `logs/millrace.log`, four older files are kept, and `up` shows them on
/// standard error too.
///
/// Ratis says hundreds of lines about every start and election; only its errors are kept.
public final class LogSetup extends ContextAwareBase implements Configurator {
  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0} %msg%n%ex";
  private static final long FILE_BYTES = 8 * ByteUnits.MIB;
  private static final int OLD_FILES = 4;

  /// Called by Logback at its first use.
  @Override
  public ExecutionStatus configure(LoggerContext context) {
    context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
    context.getLogger("dev.millrace").setLevel(Level.INFO);
    context.getLogger("org.apache.ratis").setLevel(Level.ERROR);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /// Sends lines to the log file of a home, and of that home alone.
  public static void toFile(Path home) {
    LoggerContext context = context();
    RollingFileAppender<ILoggingEvent> file = new RollingFileAppender<>();
    Path log = home.resolve("logs").resolve("millrace.log");
    file.setFile(log.toString());
    FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
    rolling.setContext(context);
    rolling.setParent(file);
    rolling.setFileNamePattern(log + ".%i");
    rolling.setMinIndex(1);
    rolling.setMaxIndex(OLD_FILES);
    rolling.start();
    SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
    size.setContext(context);
    size.setMaxFileSize(new FileSize(FILE_BYTES));
    size.start();
    file.setRollingPolicy(rolling);
    file.setTriggeringPolicy(size);
    attach(context, "file", file);
  }

  /// Sends lines to standard error too.
  public static void toStandardError() {
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setTarget("System.err");
    attach(context(), "console", console);
  }

  /// Attaches an appender in place of an earlier one of that name.
  private static void attach(
      LoggerContext context, String name, OutputStreamAppender<ILoggingEvent> appender) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    appender.setName(name);
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Appender<ILoggingEvent> earlier = root.getAppender(name);
    root.addAppender(appender);
    if (earlier != null) {
      root.detachAppender(earlier);
      earlier.stop();
    }
  }

  private static LoggerContext context() {
    return (LoggerContext) LoggerFactory.getILoggerFactory();
  }
}
