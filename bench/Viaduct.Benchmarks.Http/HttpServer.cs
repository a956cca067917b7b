using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Viaduct.Benchmarks.Messages;

namespace Viaduct.Benchmarks.Http;

/// <summary>Kestrel on a Unix socket, with HTTP/2 only, and one handler behind it without routing.</summary>
internal sealed class HttpServer
{
    public const string AddPath = "/bench.Arithmetic/Add";
    public const string InvertPath = "/bench.Arithmetic/Invert";

    private readonly WebApplication _application;
    private readonly int _size;
    private bool _started;

    /// <param name="path">Of the socket.</param>
    /// <param name="size">Bytes in a message of <see cref="InvertPath"/>.</param>
    public HttpServer(string path, int size)
    {
        _size = size;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.ListenUnixSocket(path, listen => listen.Protocols = HttpProtocols.Http2));
        _application = builder.Build();
        _application.Run(AnswerAsync);
    }

    public void Start()
    {
        if (!_started)
        {
            _started = true;
            _application.Start();
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        PipeReader body = context.Request.BodyReader;
        ReadResult read = await body.ReadAsync();
        while (!read.IsCompleted)
        {
            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await body.ReadAsync();
        }

        context.Response.ContentType = "application/grpc";
        if (context.Request.Path == AddPath)
        {
            Add(read.Buffer, context.Response.BodyWriter);
        }
        else
        {
            Invert(read.Buffer, context.Response.BodyWriter);
        }

        body.AdvanceTo(read.Buffer.End);
        await context.Response.BodyWriter.FlushAsync();
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private static void Add(in ReadOnlySequence<byte> request, PipeWriter answer)
    {
        Span<byte> frame = stackalloc byte[GrpcFrame.MostOfNumbers];
        request.CopyTo(frame);
        (int first, int second) = GrpcFrame.ReadNumbers(frame);
        answer.Advance(GrpcFrame.WriteNumbers(answer.GetSpan(GrpcFrame.MostOfNumbers), first + second, 0));
    }

    // As gRPC has it: the whole message in one piece, and the answer in another.
    private void Invert(in ReadOnlySequence<byte> request, PipeWriter answer)
    {
        int length = (int)request.Length;
        byte[] frame = ArrayPool<byte>.Shared.Rent(length);
        request.CopyTo(frame);
        Span<byte> target = answer.GetSpan(length);
        int head = GrpcFrame.WriteHeadOfBytes(target, _size);
        ByteWork.Invert(GrpcFrame.ReadBytes(frame), target.Slice(head, _size));
        answer.Advance(length);
        ArrayPool<byte>.Shared.Return(frame);
    }
}
