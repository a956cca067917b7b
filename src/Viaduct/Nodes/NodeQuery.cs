using System.Buffers;
using Viaduct.Discovery;
using Viaduct.Linux;
using Viaduct.Transports;
using Viaduct.Wire;
using Viaduct.Wire.Frames;

namespace Viaduct.Nodes;

/// <summary>Asks one node of this machine what it has.</summary>
internal sealed class NodeQuery(Transport transport) : ITransportHandler
{
    /// <summary>A longer report than this is not read.</summary>
    private const int LongestReport = 64 * 1024 * 1024;

    private readonly TaskCompletionSource<NodeReport> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ArrayBufferWriter<byte> _report = new();
    private int _parts;

    /// <summary>The node's report, or null when it is gone or does not answer in time.</summary>
    public static NodeReport? Ask(LocalNode node, string domain, TimeSpan timeout)
    {
        Transport transport;
        try
        {
            transport = new PolledTransport(UnixConnector.Connect(node.SocketPath, waits: true), node.SocketPath);
        }
        catch (System.Net.Sockets.SocketException)
        {
            return null;
        }

        NodeQuery query = new(transport);
        transport.Start(query);
        query.Send(builder => new HelloFrame
        {
            Version = HelloFrame.CurrentVersion,
            LayoutVersion = HelloFrame.CurrentLayoutVersion,
            NodeId = Guid.NewGuid(),
            NodeName = "survey",
            ProcessId = Environment.ProcessId,
            Domain = domain,
            Purpose = ConnectionPurpose.Query,
            SessionId = Guid.NewGuid(),
        }.Write(builder, FrameType.Hello));
        try
        {
            return query._result.Task.Wait(timeout) ? query._result.Task.Result : null;
        }
        catch (AggregateException)
        {
            return null;
        }
        finally
        {
            transport.Close(null);
        }
    }

    /// <inheritdoc/>
    public void OnFrame(FrameType type, ReadOnlySpan<byte> body, ref ReceivedDescriptors descriptors)
    {
        FrameParser parser = new(body, type);
        switch (type)
        {
            case FrameType.Welcome:
                Send(new QueryFrame(0).Write);
                break;

            case FrameType.Report:
                ReportFrame frame = ReportFrame.Read(ref parser);
                ReadOnlySpan<byte> piece = parser.Rest();
                if (frame.Part != _parts++ || _report.WrittenCount + piece.Length > LongestReport)
                {
                    throw new ProtocolViolationException("The peer's report has a part too many or out of order.");
                }

                _report.Write(piece);
                if (frame.Last)
                {
                    _result.TrySetResult(NodeReportJson.Deserialize(_report.WrittenSpan));
                }

                break;

            default:
                throw new ProtocolViolationException($"A {type} frame came where a report is expected.");
        }
    }

    /// <inheritdoc/>
    public bool FillOutput(FrameBuilder output, object? source) => false;

    /// <inheritdoc/>
    public void OnClosed(Exception? error) =>
        _result.TrySetException(error ?? new IOException("The node closed the connection before it reported."));

    private void Send(Action<FrameBuilder> write)
    {
        FrameBuilder builder = new();
        write(builder);
        transport.Send(builder.Written);
    }
}
