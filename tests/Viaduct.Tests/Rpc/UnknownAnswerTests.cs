using Viaduct.Rpc;

namespace Viaduct.Tests.Rpc;

/// <summary>Answers of kinds that the caller does not know, as a later version may send them.</summary>
public sealed class UnknownAnswerTests
{
    [Theory]
    [InlineData(5)]
    [InlineData(63)]
    [InlineData(73)]
    [InlineData(255)]
    public void An_answer_of_an_unknown_kind_fails_its_call_and_tells_the_kind(byte kind)
    {
        ProtocolViolationException error = Assert.IsType<ProtocolViolationException>(RemoteError.Read(kind, [1, 2, 3], "Clock", "Now", CancellationToken.None));
        Assert.Contains($"Service 'Clock' answered Now with a frame of kind {kind}", error.Message, StringComparison.Ordinal);
    }
}
