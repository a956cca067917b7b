using System.Globalization;
using Viaduct.HostilePeer;
using Viaduct.Tests.Hostile;
using Viaduct.Wire;

// A program that breaks every rule that it can: ATTACK SEED CASES DIRECTORY CHANNEL [TCP ADDRESS or LIE]. It says what it did, and fails where the
// victim let it do what it should not.
string[] words = args;
Nonsense nonsense = new(int.Parse(words[1], CultureInfo.InvariantCulture));
int cases = int.Parse(words[2], CultureInfo.InvariantCulture);
Victim victim = new(words[3], words[4], words.Length > 5 ? words[5] : "");
Attack attack = words[0] switch
{
    "sender" => new SenderAttack(victim, nonsense, cases),
    "receiver" => new ReceiverAttack(victim, nonsense, cases),
    "descriptors" => new DescriptorAttack(victim, nonsense, cases),
    "sender-life" => new LifeAttack(victim, nonsense, cases, receives: false, Another),
    "receiver-life" => new LifeAttack(victim, nonsense, cases, receives: true, Another),
    "sender-flood" => new FloodAttack(victim, nonsense, cases, receives: false, Another),
    "receiver-flood" => new FloodAttack(victim, nonsense, cases, receives: true, Another),
    "stall" => new StallAttack(victim, nonsense, cases),
    "frames" => new FrameAttack(victim, nonsense, cases, overTcp: false, ConnectionMode.SharedMemory),
    "stream" => new FrameAttack(victim, nonsense, cases, overTcp: false, ConnectionMode.Stream),
    "tcp" => new FrameAttack(victim, nonsense, cases, overTcp: true, ConnectionMode.Stream),
    "callee" => new CalleeAttack(victim, nonsense, cases, Enum.Parse<CalleeLie>(words[5])),
    string other => throw new ArgumentException($"There is no attack '{other}'."),
};
attack.Run();
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{attack.Done} cases, {attack.Ended} ended"));
victim.Directory.Dispose();

Victim Another() => new(words[3], words[4], "");
