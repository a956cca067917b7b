using Viaduct;

namespace CoprocessorServer;

/// <summary>The jobs of one client, as the server keeps them. Its lists and counts are guarded by the device's lock.</summary>
internal sealed class ClientJobs(Device device, string client) : IJobs
{
    public string Client { get; } = client;

    /// <summary>Jobs that wait.</summary>
    public LinkedList<Job> Waiting { get; } = new();

    public int Finished { get; set; }

    public int Canceled { get; set; }

    /// <summary>The most jobs of others that went first although the first of this queue was waiting.</summary>
    public long MostOthersFirst { get; set; }

    public async Task TransformAsync(Blob samples, CancellationToken cancellationToken)
    {
        Job job = device.Submit(this, samples);

        // The token is cancelled when the client gives up, and when it dies. A job that has begun is finished: it still writes the blob.
        using (cancellationToken.Register(() => device.Withdraw(this, job)))
        {
            await job.Done.Task;
        }
    }
}
