namespace Viaduct.Model.Exploring;

/// <summary>Where everybody is: the numbers of the stations, and of what is in the words that several write.</summary>
internal readonly record struct State(int First, int Second, int Third, int Common)
{
    public int this[int process] => process switch
    {
        0 => First,
        1 => Second,
        _ => Third,
    };

    public State With(int process, int station) => process switch
    {
        0 => this with { First = station },
        1 => this with { Second = station },
        _ => this with { Third = station },
    };
}
