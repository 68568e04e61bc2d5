using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Dike.Node.Tests.Running;

/// <summary>Keeps every log line of a node, for tests of what an operator sees.</summary>
internal sealed class RecordingLoggers : ILoggerFactory
{
    private readonly ConcurrentQueue<LogLine> _lines = new();

    public IReadOnlyList<LogLine> Lines => [.. _lines];

    public int Count(int eventId) => _lines.Count(line => line.EventId == eventId);

    public LogLine Single(int eventId) => Assert.Single(_lines, line => line.EventId == eventId);

    public ILogger CreateLogger(string categoryName) => new RecordingLogger(categoryName, _lines);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("Lines are kept here and go nowhere else.");

    public void Dispose()
    {
    }

    private sealed class RecordingLogger(string category, ConcurrentQueue<LogLine> lines) : ILogger
    {
        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(new LogLine(category, logLevel, eventId.Id, formatter(state, exception), exception));
    }
}

internal sealed record LogLine(string Category, LogLevel Level, int EventId, string Text, Exception? Exception);
