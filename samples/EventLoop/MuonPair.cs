namespace EventLoop;

/// <summary>Two muons of one collision: a message of plain numbers, which every distance carries as its bytes.</summary>
internal readonly record struct MuonPair(
    int Number, double Pt1, double Eta1, double Phi1, double Pt2, double Eta2, double Phi2)
{
    /// <summary>
    /// The invariant mass in GeV, the muons' own masses neglected: M = √(2·pt1·pt2·(cosh(η1−η2) − cos(φ1−φ2))). Transverse momenta in GeV, angles in
    /// radians.
    /// </summary>
    public double Mass => Math.Sqrt(2 * Pt1 * Pt2 * (Math.Cosh(Eta1 - Eta2) - Math.Cos(Phi1 - Phi2)));
}
