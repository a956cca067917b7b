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
        writer.WriteString(1, Cut(error.GetType().FullName ?? error.GetType().Name, MostText));
        writer.WriteString(2, Cut(error.Message, MostText));
        if (tellsTrace && error.StackTrace is { } trace)
        {
            writer.WriteString(3, Cut(trace, MostTrace));
        }

        writer.Flush();
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

    /// <summary>Never within a pair of surrogates.</summary>
    private static string Cut(string text, int most) =>
        text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];
}
