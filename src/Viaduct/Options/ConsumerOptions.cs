namespace Viaduct;

/// <summary>What a consumer may choose.</summary>
public sealed class ConsumerOptions : ReceiverOptions;
