namespace Viaduct.Tests.Options;

public sealed class SocketOptionsTests
{
    [Fact]
    public void The_defaults_are_valid()
    {
        SocketOptions[] defaults =
        [
            new ProducerOptions(), new ConsumerOptions(), new PublisherOptions(), new SubscriberOptions(), new ClientOptions(), new ServerOptions(),
        ];

        Assert.All(defaults, options => options.Validate());
    }

    [Fact]
    public void Values_outside_their_range_are_refused()
    {
        SocketOptions[] wrong =
        [
            new ConsumerOptions { Wait = (WaitMode)3 },
            new ConsumerOptions { LingerTimeout = TimeSpan.FromTicks(-1) },
            new ServerOptions { LingerTimeout = NodeOptions.MaxTimeout + TimeSpan.FromTicks(1) },
            new ProducerOptions { Distribution = (Distribution)2 },
            new ProducerOptions { MaxAttempts = 0 },
            new ProducerOptions { MaxAttempts = 256 },
            new ProducerOptions { MaxLoans = 0 },
            new PublisherOptions { MaxLoans = SenderOptions.LoanLimit + 1 },
            new ConsumerOptions { MaxLeases = 0 },
            new SubscriberOptions { MaxLeases = ReceiverOptions.LeaseLimit + 1 },
            new ClientOptions { Distribution = (Distribution)(-1) },
            new SubscriberOptions { WhenFull = (FullMode)4 },
            new SubscriberOptions { History = -1 },
        ];

        Assert.All(wrong, options => Assert.Throws<ArgumentOutOfRangeException>(options.Validate));
    }
}
