namespace Viaduct;

/// <summary>How messages spread from those who send to those who receive. It follows from the sockets that are opened.</summary>
public enum Pattern
{
    /// <summary>Each message goes to exactly one consumer.</summary>
    ProducerConsumer = 0,

    /// <summary>Each message goes to every subscriber that is there.</summary>
    PublishSubscribe = 1,

    /// <summary>Each request goes to one server and comes back as a reply.</summary>
    ClientServer = 2,
}
