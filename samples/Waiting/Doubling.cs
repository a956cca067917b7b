using System.Threading.Channels;

namespace Waiting;

/// <summary>Written for System.Threading.Channels, and not changed since.</summary>
internal static class Doubling
{
    public static async Task RunAsync(ChannelReader<int> input, ChannelWriter<int> output)
    {
        try
        {
            await foreach (int number in input.ReadAllAsync())
            {
                await output.WriteAsync(2 * number);
            }

            output.Complete();
        }
        catch (Exception error)
        {
            output.Complete(error);
        }
    }
}
