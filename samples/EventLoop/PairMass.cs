namespace EventLoop;

/// <summary>What a worker finds: the mass of one pair.</summary>
internal readonly record struct PairMass(int Number, double Gigaelectronvolts);
