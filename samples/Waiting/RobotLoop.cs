using System.Diagnostics;
using Viaduct;

namespace Waiting;

/// <summary>A robot that obeys commands first, follows its sensor otherwise, and stands still when that falls silent.</summary>
internal static class RobotLoop
{
    public static void Run(Server<string, string> commands, Subscriber<double> distances, CancellationToken stop)
    {
        // By priority: while there is a command, no reading is looked at.
        var options = new SelectorOptions { Order = SelectOrder.Priority };
        using Selector selector = new(options, commands, distances);
        TimeSpan patience = TimeSpan.FromMilliseconds(200);
        double speed = 0;
        Stopwatch silence = Stopwatch.StartNew();
        while (true)
        {
            // After the time is over the index is -1.
            selector.TryWait(out int index, patience, stop);
            if (silence.Elapsed > patience)
            {
                speed = 0;
            }

            switch (index)
            {
                case 0 when commands.TryReceive(out Request<string, string> request):
                    request.Reply($"{request.Value} at {speed:0.0} m/s");
                    break;

                case 1 when distances.TryReceive(out double distance):
                    speed = Math.Min(distance / 2, 1.5);
                    silence.Restart();
                    break;
            }
        }
    }
}
