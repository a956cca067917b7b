namespace Viaduct;

/// <summary>What a sender may choose.</summary>
public abstract class SenderOptions : SocketOptions
{
    /// <summary>The largest <see cref="MaxLoans"/>.</summary>
    public const int LoanLimit = 65_536;

    private protected SenderOptions()
    {
    }

    /// <summary>
    /// How many loans may be out at once, neither sent nor disposed: one more waits, or is refused by <c>TryLoan</c>. From 1 to
    /// <see cref="LoanLimit"/>; defaults to 64. Beside it loans and unconsumed messages together take at most
    /// <see cref="ChannelSpec.MaxBytes"/> of memory for each sender.
    /// </summary>
    public int MaxLoans { get; init; } = 64;

    internal override void Validate()
    {
        base.Validate();
        OptionCheck.Range(MaxLoans, 1, LoanLimit, nameof(MaxLoans));
    }
}
