using Microsoft.Extensions.Logging;

namespace Viaduct.Tests.Hosting;

/// <summary>A line that was logged.</summary>
internal sealed record LogEntry(string Category, LogLevel Level, EventId Id, string Text, Exception? Error);
