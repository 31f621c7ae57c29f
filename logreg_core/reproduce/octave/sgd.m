function theta = sgd(cost, theta, alpha, order, batchSize)
% SGD  Gradient descent on a few examples at a time (Robbins, Monro 1951).
%   cost       theta, rows -> [J, gradient] of these examples
%   alpha      the learning rate of each pass over the examples
%   order      m x passes: in which order each pass takes them
%   batchSize  how many at a time
  m = size(order, 1);
  for t = 1:length(alpha)
    for first = 1:batchSize:m
      rows = order(first:min(first + batchSize - 1, m), t);
      [~, grad] = cost(theta, rows);
      theta = theta - alpha(t) * grad;
    end
  end
end
