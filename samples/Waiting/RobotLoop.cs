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
        double speed = 0;
        while (true)
        {
            if (!selector.TryWait(out int index, TimeSpan.FromMilliseconds(200), stop))
            {
                speed = 0;
                continue;
            }

            switch (index)
            {
                case 0 when commands.TryReceive(out Request<string, string> request):
                    request.Reply($"{request.Value} at {speed:0.0} m/s");
                    break;

                case 1 when distances.TryReceive(out double distance):
                    speed = Math.Min(distance / 2, 1.5);
                    break;
            }
        }
    }
}
