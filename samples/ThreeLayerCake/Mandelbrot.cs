using System.Numerics;

namespace ThreeLayerCake;

/// <summary>
/// The innermost layer: counts how many steps each point of the Mandelbrot set's neighbourhood takes to escape, as many points at once as a vector has lanes. The sum is a
/// whole number, so that it does not depend on who counted what.
/// </summary>
internal static class Mandelbrot
{
    private const int MostSteps = 400;
    private const float Left = -2f;
    private const float Bottom = -1.25f;
    private const float Size = 2.5f;

    /// <summary>The sum over some rows of a picture with <paramref name="side"/> rows, a multiple of the lanes.</summary>
    public static long Sum(int firstRow, int rows, int side)
    {
        long sum = 0;
        float step = Size / side;
        var lanes = new float[Vector<float>.Count];
        for (int row = firstRow; row < firstRow + rows; row++)
        {
            var y = new Vector<float>(Bottom + (row * step));
            for (int column = 0; column < side; column += lanes.Length)
            {
                for (int lane = 0; lane < lanes.Length; lane++)
                {
                    lanes[lane] = Left + ((column + lane) * step);
                }

                sum += Count(new Vector<float>(lanes), y);
            }
        }

        return sum;
    }

    /// <summary>The same, a point at a time.</summary>
    public static long SumWithoutVectors(int firstRow, int rows, int side)
    {
        long sum = 0;
        float step = Size / side;
        for (int row = firstRow; row < firstRow + rows; row++)
        {
            float cy = Bottom + (row * step);
            for (int column = 0; column < side; column++)
            {
                float cx = Left + (column * step);
                (float x, float y) = (0, 0);
                for (int steps = 0; steps < MostSteps && (x * x) + (y * y) <= 4; steps++)
                {
                    (x, y) = ((x * x) - (y * y) + cx, (2 * x * y) + cy);
                    sum++;
                }
            }
        }

        return sum;
    }

    private static long Count(Vector<float> cx, Vector<float> cy)
    {
        Vector<float> x = Vector<float>.Zero;
        Vector<float> y = Vector<float>.Zero;
        Vector<int> counts = Vector<int>.Zero;
        Vector<int> inside = Vector<int>.AllBitsSet;
        for (int steps = 0; steps < MostSteps; steps++)
        {
            // A lane that has escaped stays so: what it computes from then on counts nothing.
            inside &= Vector.LessThanOrEqual((x * x) + (y * y), new Vector<float>(4));
            if (inside == Vector<int>.Zero)
            {
                break;
            }

            counts -= inside;
            (x, y) = ((x * x) - (y * y) + cx, (new Vector<float>(2) * x * y) + cy);
        }

        return Vector.Sum(counts);
    }
}
