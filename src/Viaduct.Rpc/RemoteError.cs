using System.Text;
using Viaduct.Calls;
using Viaduct.Messages;

namespace Viaduct.Rpc;

/// <summary>What methods throw, as answers carry it: an object of the fields 1 type, 2 message, 3 stack trace.</summary>
internal static class RemoteError
{
    private const int MostText = 4096;
    private const int MostTrace = 16 * 1024;

    /// <summary>Makes an answer of what a method threw.</summary>
    public static void Write(Frame answer, Exception error, bool tellsTrace)
    {
        CallFrame.Begin(answer, RpcFrames.Error);
        WireWriter writer = new(answer);
        writer.WriteString(1, Text(static error => error.GetType().FullName ?? error.GetType().Name, error, MostText));
        writer.WriteString(2, Text(static error => error.Message, error, MostText));
        if (tellsTrace && Text(TraceOf, error, MostTrace) is { Length: > 0 } trace)
        {
            writer.WriteString(3, trace);
        }

        writer.Flush();
    }

    /// <summary>Makes of an answer that could not be sent one that says why.</summary>
    public static void Replace(Frame answer, Exception error)
    {
        CallFrame.TryRead(answer, out _, out uint id);
        answer.Truncate(0);
        Write(answer, error, tellsTrace: false);
        CallFrame.SetId(answer, id);
    }

    /// <summary>The exception of an answer that is no result.</summary>
    public static Exception Read(byte kind, ReadOnlySpan<byte> body, string service, string method, CancellationToken cancellationToken)
    {
        switch (kind)
        {
            case RpcFrames.Error:
                return ReadThrown(body, service, method);

            case RpcFrames.NoMethod:
                return new ServiceMethodMissingException(service, method);

            case RpcFrames.TooLate:
                return new TimeoutException($"Service '{service}': {method} was not over in time.");

            case RpcFrames.Canceled:
                return new OperationCanceledException($"Service '{service}': {method} was cancelled.", cancellationToken);

            default:
                return new ProtocolViolationException($"Service '{service}' answered {method} with a frame of kind {kind}, which is none that answers it.");
        }
    }

    private static RemoteException ReadThrown(ReadOnlySpan<byte> body, string service, string method)
    {
        string? type = null;
        string? message = null;
        string? trace = null;
        WireReader reader = new(body);
        while (reader.TryReadTag(out uint tag))
        {
            switch (tag >> 3)
            {
                case 1:
                    type = reader.ReadString();
                    break;

                case 2:
                    message = reader.ReadString();
                    break;

                case 3:
                    trace = reader.ReadString();
                    break;

                default:
                    reader.Skip(tag);
                    break;
            }
        }

        return new RemoteException(service, method, type ?? "an exception", message ?? "", trace);
    }

    /// <summary>Where it was thrown; and what it was thrown for, and where that was.</summary>
    private static string TraceOf(Exception error)
    {
        string trace = error.StackTrace ?? "";
        for (Exception? inner = error.InnerException; inner is not null && trace.Length < MostTrace; inner = inner.InnerException)
        {
            trace += $"{Environment.NewLine} ---> {inner.GetType().FullName}: {Text(static error => error.Message, inner, MostText)}{Environment.NewLine}{Text(static error => error.StackTrace ?? "", inner, MostTrace)}";
        }

        return trace;
    }

    /// <summary>A text of an exception, which may be of anybody's making: not too long, and such as can be written.</summary>
    private static string Text(Func<Exception, string> read, Exception error, int most)
    {
        string text;
        try
        {
            text = read(error) ?? "";
        }
        catch (Exception unreadable)
        {
            return $"(can't be read: it throws {unreadable.GetType().Name})";
        }

        // Unpaired surrogates, and half a pair that cutting leaves, become U+FFFD.
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Length <= most ? text : text[..most]));
    }
}
