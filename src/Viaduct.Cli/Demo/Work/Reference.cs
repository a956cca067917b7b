using System.Buffers;
using System.Diagnostics;
using Viaduct.Cli.Demo.Input;

namespace Viaduct.Cli.Demo.Work;

/// <summary>The whole job on one thread and without any channel: what each run is compared with.</summary>
internal static class Reference
{
    /// <summary>Does the job.</summary>
    /// <param name="plan">The input.</param>
    /// <param name="progress">Told the events and bytes done, now and then.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public static ReferenceResult Run(InputPlan plan, Action<long, long> progress, CancellationToken cancellationToken)
    {
        using IEventSource source = EventSources.Open(plan);
        using MergedResult merged = new();
        EventAnalysis analysis = new();
        ArrayBufferWriter<byte> message = new(source.SizeHint + EventTrailer.Size);
        long start = Stopwatch.GetTimestamp();
        for (long id = 0; source.TryRead(message, out bool text); id++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            new EventTrailer(id, Stopwatch.GetTimestamp(), text).Write(message);
            analysis.Add(message.WrittenSpan);
            merged.Add(analysis.Results.Span);
            analysis.Clear();
            message.ResetWrittenCount();
            if (id % 256 == 0)
            {
                progress(merged.Events, merged.Bytes);
            }
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new ReferenceResult(merged.Events, merged.Bytes, seconds, merged.Finish(), merged.Tokens, merged.MostFrequent(5));
    }
}
