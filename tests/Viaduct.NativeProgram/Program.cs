using System.Diagnostics.CodeAnalysis;
using Viaduct;
using Viaduct.NativeProgram;
using Viaduct.Rpc;
using Viaduct.Supervision;

// A program that is compiled ahead of time has no startup hooks: it becomes a worker here, where it is started as one.
WorkerProcess.RunIfWorker();

await using var node = Node.Join(new NodeOptions { LocalDiscovery = false });

var orders = new ChannelSpec<Order>("orders");
using Consumer<Order> consumer = node.OpenConsumer(orders);
using Producer<Order> producer = node.OpenProducer(orders);
producer.Send(new Order(7, ["nail", "screw"], new Parcel(0.5)));
Order order = consumer.Receive();
Check(order.Number == 7 && order.Lines is ["nail", "screw"] && order.Goods is Parcel { Weight: 0.5 }, "A message arrived as it was sent.");

using ServiceHost host = node.Serve<ICalculator>(new Calculator());
using ServiceClient<ICalculator> client = node.Connect<ICalculator>();
int sum = 0;
await foreach (int number in client.Service.CountAsync(3))
{
    sum += number;
}

Check(client.Service.Add(1, 2) == 3 && await client.Service.AddAsync(3, 4) == 7 && sum == 6, "A service answered.");

await using Isolated<ICalculator> isolated = node.Isolate<ICalculator, Calculator>();
Check(isolated.Service.Add(5, 6) == 11 && isolated.Service.ProcessId() != Environment.ProcessId, "A process of its own answered.");

try
{
    Libc.LengthAt(1);
    Check(false, "It should have crashed.");
}
catch (OutcomeUnknownException)
{
    Check(Libc.ProcessId() != Environment.ProcessId && Libc.LengthOf("four") == 4, "A method of the C library crashed, and the next one answered.");
}

return 0;

static void Check([DoesNotReturnIf(false)] bool isRight, string what)
{
    Console.WriteLine(isRight ? what : $"Wrong: {what}");
    if (!isRight)
    {
        Environment.Exit(1);
    }
}
