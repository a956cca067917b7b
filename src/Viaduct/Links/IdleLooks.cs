namespace Viaduct.Links;

/// <summary>How long an awaiting operation has looked on in vain; kept by the operation, for <see cref="WaitLoop.LooksOn"/>.</summary>
internal struct IdleLooks
{
    /// <summary>When it began, or when something came last; 0 = it has not begun.</summary>
    public long Since;

    /// <summary>How far things were then.</summary>
    public long Progress;
}
