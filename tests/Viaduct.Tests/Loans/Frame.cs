namespace Viaduct.Tests.Loans;

/// <summary>A value that is worth writing in place.</summary>
internal struct Frame
{
    public int Id;
    public int Row;
    public Pixels Pixels;
}
