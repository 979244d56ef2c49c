package io.luban.standalone.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.util.FileSize;
import org.slf4j.Logger;

/**
 * Sets the logging library up as {@link LogSettings} says. Done by code, because reading it from a file would load an XML
 * parser and some four hundred classes that stay in memory.
 */
public final class LogConfigurator extends ContextAwareBase implements Configurator {
    private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX,UTC} %-5level %logger{40} %msg %kvp%n";
    private static final int OLD_FILES = 3;
    private static final FileSize FILE_SIZE = FileSize.valueOf("20MB");

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty("logback.configurationFile") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        var target = System.getProperty(LogSettings.FILE);
        if (target == null) {
            root.setLevel(Level.OFF);
            return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
        }
        boolean toStandardError = target.equals(LogSettings.STANDARD_ERROR);
        root.setLevel(Level.INFO);
        root.addAppender(started(context, toStandardError ? new ConsoleAppender<>() : rolling(context, target)));
        context.getLogger("io.luban").setLevel(level(LogSettings.LEVEL));
        context.getLogger("io.luban.apiserver.access").setLevel(level(LogSettings.ACCESS_LEVEL));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static Level level(String property) {
        return Level.toLevel(System.getProperty(property), Level.INFO);
    }

    private static OutputStreamAppender<ILoggingEvent> started(
            LoggerContext context, OutputStreamAppender<ILoggingEvent> appender) {
        var encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();
        appender.setContext(context);
        appender.setEncoder(encoder);
        if (appender instanceof ConsoleAppender<?> console) {
            console.setTarget("System.err");
        }
        appender.start();
        return appender;
    }

    private static RollingFileAppender<ILoggingEvent> rolling(LoggerContext context, String file) {
        var appender = new RollingFileAppender<ILoggingEvent>();
        appender.setContext(context);
        appender.setFile(file);
        var names = new FixedWindowRollingPolicy();
        names.setContext(context);
        names.setParent(appender);
        names.setFileNamePattern(file + ".%i");
        names.setMinIndex(1);
        names.setMaxIndex(OLD_FILES);
        names.start();
        var size = new SizeBasedTriggeringPolicy<ILoggingEvent>();
        size.setContext(context);
        size.setMaxFileSize(FILE_SIZE);
        size.start();
        appender.setRollingPolicy(names);
        appender.setTriggeringPolicy(size);
        return appender;
    }
}
