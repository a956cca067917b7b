namespace Viaduct.Cli.Verbs;

/// <summary>What one <c>viaduct send</c> did.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Messages">Messages sent.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="NotConsumed">Of them, those not consumed when the command ended.</param>
/// <param name="Redelivered">Deliveries that were repeated because a receiver died or left.</param>
/// <param name="Seconds">From the first message to the end.</param>
/// <param name="MessagesPerSecond">Messages by seconds.</param>
internal sealed record SendSummary(
    string Channel, long Messages, long Bytes, long NotConsumed, long Redelivered, double Seconds, double MessagesPerSecond);
