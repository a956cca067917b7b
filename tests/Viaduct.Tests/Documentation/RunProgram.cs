namespace Viaduct.Tests.Documentation;

internal static class RunProgram
{
    internal static RunEvent Pass(Node node)
    {
        var events = new ChannelSpec<RunEvent>("runs/events");
        using Consumer<RunEvent> consumer = node.OpenConsumer(events);
        using Producer<RunEvent> producer = node.OpenProducer(events);
        var sample = new Sample(17, DateTime.UtcNow, [4.2, 4.1], new Detector("north", 3));
        producer.Send(new Stopped(17, new Page<Sample>(1, [sample])));

        return consumer.Receive();
    }
}
