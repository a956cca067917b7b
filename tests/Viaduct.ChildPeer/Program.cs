using Viaduct.ChildPeer;
using Viaduct.Supervision;

// The child of a test: its first argument says what it is to do.
if (args is ["portable"])
{
    return Deeds.Portable();
}

ChildHost.Enter();
return args switch
{
    ["exit", string code] => int.Parse(code, System.Globalization.CultureInfo.InvariantCulture),
    ["descriptors"] => Deeds.Descriptors(),
    ["environment"] => Deeds.Environment(),
    ["directory"] => Deeds.Directory(),
    ["die", string signal] => Deeds.Die(int.Parse(signal, System.Globalization.CultureInfo.InvariantCulture)),
    ["sleep"] => Deeds.Sleep(),
    ["stubborn"] => Deeds.Stubborn(),
    ["exhausted"] => Deeds.Exhausted(),
    ["lesser", string mark] => Deeds.Lesser(mark),
    ["crowd"] => Deeds.Crowd(),
    ["family"] => Deeds.Family(),
    ["lines", string count] => Deeds.Lines(int.Parse(count, System.Globalization.CultureInfo.InvariantCulture)),
    ["flood"] => Deeds.Flood(),
    ["echo"] => Deeds.Echo(),
    ["silent"] => Deeds.Silent(),
    ["bench", string name] => await Bench.RunAsync(name),
    ["isolate"] => await Bench.IsolateAsync(),
    ["refuse"] => Bench.Refuse(),
    ["trials", string count] => await Trials.RunAsync(int.Parse(count, System.Globalization.CultureInfo.InvariantCulture)),
    ["try", .. string[] attempt] => Attempts.Run(attempt),
    _ => 64,
};
