namespace Viaduct.Benchmarks.Run;

/// <summary>How a program of <c>bench/native</c> is called.</summary>
/// <param name="Program">Which one.</param>
/// <param name="Mode">Its first argument.</param>
/// <param name="Size">Bytes in what it sends at once.</param>
/// <param name="MessagesInOne">How many messages of the contestant's size lie in that.</param>
internal sealed record NativeCommand(NativeProgram Program, string Mode, int Size, double MessagesInOne = 1);
