using Viaduct;
using Waiting;

// Two nodes stand for two processes: what passes between them passes through shared memory.
NodeOptions options = new() { Domain = $"waiting-{Environment.ProcessId}" };
await using Node near = Node.Join(options);
await using Node far = Node.Join(options);

var commands = new CallSpec<string, string>("robot/commands");
var distances = new ChannelSpec<double>("robot/distances") { Capacity = 1 };
using (var server = far.OpenServer(commands))
using (var readings = far.OpenSubscriber(distances))
using (var client = near.OpenClient(commands))
using (var sensor = near.OpenPublisher(distances))
using (var stop = new CancellationTokenSource())
{
    Task robot = Task.Run(() => RobotLoop.Run(server, readings, stop.Token));
    await sensor.WaitForPeersAsync(1);
    for (int i = 0; i < 3; i++)
    {
        await sensor.SendAsync(1.0);
    }

    string answer;
    while ((answer = await client.CallAsync("report")) != "report at 0.0 m/s")
    {
        // The sensor is silent now, so before long the robot stands still.
        await Task.Delay(20);
    }

    Console.WriteLine($"robot: {answer}");
    stop.Cancel();
    try
    {
        await robot;
    }
    catch (OperationCanceledException)
    {
        Console.WriteLine("robot: stopped");
    }
}

using (var first = far.OpenConsumer(new ChannelSpec<int>("first")))
using (var second = far.OpenConsumer(new ChannelSpec<int>("second")))
using (var toFirst = near.OpenProducer(new ChannelSpec<int>("first")))
using (var toSecond = near.OpenProducer(new ChannelSpec<int>("second")))
{
    Task<int> sum = Task.Run(() => PollLoop.Sum(first, second));
    for (int i = 1; i <= 100; i++)
    {
        await (i % 2 == 0 ? toFirst : toSecond).SendAsync(i);
    }

    await toFirst.CompleteAsync();
    await toSecond.CompleteAsync();
    Console.WriteLine($"poll: {await sum}");
}

using (var input = far.OpenConsumer(new ChannelSpec<int>("numbers")))
using (var output = far.OpenProducer(new ChannelSpec<int>("doubled")))
using (var numbers = near.OpenProducer(new ChannelSpec<int>("numbers")))
using (var doubled = near.OpenConsumer(new ChannelSpec<int>("doubled")))
{
    // The only line that a program of channels needs to have at another place.
    Task doubling = Doubling.RunAsync(input.AsChannelReader(), output.AsChannelWriter());
    for (int i = 1; i <= 10; i++)
    {
        await numbers.SendAsync(i);
    }

    numbers.Complete();
    int sum = 0;
    await foreach (int number in doubled.ReadAllAsync())
    {
        sum += number;
    }

    await doubling;
    Console.WriteLine($"channels: {sum}");
}
