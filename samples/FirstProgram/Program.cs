using Viaduct;

var numbers = new ChannelSpec<int>("numbers") { Capacity = 64 };
await using var node = Node.Join();

if (args is ["receive"])
{
    using var consumer = node.OpenConsumer(numbers);
    await foreach (int number in consumer.ReadAllAsync())
        Console.WriteLine(number);
}
else
{
    using var producer = node.OpenProducer(numbers);
    for (int number = 1; number <= 10; number++)
        producer.Send(number);
    await producer.CompleteAsync();
}
