namespace Viaduct;

/// <summary>What a publisher may choose.</summary>
public sealed class PublisherOptions : SenderOptions;
