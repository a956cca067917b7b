namespace Viaduct.Model.Exploring;

/// <summary>When a store is seen by the others.</summary>
internal enum Ordering
{
    /// <summary>At once: sequential consistency, which no processor has.</summary>
    Sequential,

    /// <summary>Later, but in order: a store buffer for each process, as x86 has.</summary>
    Total,

    /// <summary>Later and in any order that releases and fences leave: stores as weakly ordered as Arm's.</summary>
    Weak,
}
