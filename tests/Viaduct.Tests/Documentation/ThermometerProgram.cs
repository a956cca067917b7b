namespace Viaduct.Tests.Documentation;

internal static class ThermometerProgram
{
    internal static (double[] Logged, double Shown) Run(Node node)
    {
        var temperatures = new ChannelSpec<double>("cryostat/temperature") { Capacity = 16, History = 3 };
        using Publisher<double> thermometer = node.OpenPublisher(temperatures);
        foreach (double kelvin in new[] { 4.5, 4.4, 4.3, 4.2, 4.1 })
        {
            thermometer.Send(kelvin);
        }

        // Comes late, and begins with the last three.
        using Subscriber<double> log = node.OpenSubscriber(temperatures);

        // Never holds anybody up, and always shows the newest.
        using Subscriber<double> display = node.OpenSubscriber(temperatures, new SubscriberOptions { WhenFull = FullMode.Latest });
        thermometer.Send(4.0);

        return ([log.Receive(), log.Receive(), log.Receive(), log.Receive()], display.Receive());
    }
}
